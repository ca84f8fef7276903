//! What passwords become.

use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, PasswordHash, Version};

use super::failed;
use crate::server::store::StoreError;

/// How many passwords' memory is kept: the server works on so many at once.
const MAX_SPARE: usize = 4;

/// Hashes passwords with Argon2id.
pub(super) struct Hasher {
    params: Params,
    /// Memory of earlier passwords. Were it allocated each time, the heap of each thread would keep some.
    spare: Mutex<Vec<Vec<Block>>>,
}

impl Hasher {
    pub(super) const fn new(params: Params) -> Self {
        Self {
            params,
            spare: Mutex::new(Vec::new()),
        }
    }

    /// What a password becomes: a text with its salt and parameters.
    pub(super) fn hash(&self, password: &[u8]) -> Result<String, StoreError> {
        let version = Version::V0x13;
        let argon2 = Argon2::new(Algorithm::Argon2id, version, self.params.clone());
        let salt = Salt::generate();
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        self.fill(&argon2, password, &salt, &mut output)?;
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(version.into()),
            params: ParamsString::try_from(&self.params).map_err(failed)?,
            salt: Some(salt),
            hash: Some(Output::new(&output).map_err(failed)?),
        };
        Ok(hash.to_string())
    }

    /// Whether a password becomes this, with the parameters that stand there.
    pub(super) fn verify(&self, password: &[u8], hash: &str) -> Result<bool, StoreError> {
        let hash = PasswordHash::new(hash).map_err(failed)?;
        let (Some(version), Some(salt), Some(expected)) = (hash.version, hash.salt, hash.hash)
        else {
            return Ok(false);
        };
        let algorithm = hash.algorithm.as_str().parse().map_err(failed)?;
        let version = Version::try_from(version).map_err(failed)?;
        let params = Params::try_from(&hash).map_err(failed)?;
        let argon2 = Argon2::new(algorithm, version, params);
        let mut output = vec![0; expected.len()];
        self.fill(&argon2, password, &salt, &mut output)?;
        // Outputs compare in constant time.
        Ok(Output::new(&output).map_err(failed)? == expected)
    }

    fn fill(
        &self,
        argon2: &Argon2<'_>,
        password: &[u8],
        salt: &Salt,
        output: &mut [u8],
    ) -> Result<(), StoreError> {
        let mut blocks = self.spare().pop().unwrap_or_default();
        blocks.resize(argon2.params().block_count(), Block::new());
        argon2
            .hash_password_into_with_memory(password, salt, output, &mut blocks)
            .map_err(failed)?;
        let mut spare = self.spare();
        if spare.len() < MAX_SPARE {
            spare.push(blocks);
        }
        Ok(())
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
