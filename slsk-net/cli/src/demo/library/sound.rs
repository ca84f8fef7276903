//! Plucked chords and arpeggios.

use std::f64::consts::TAU;

/// Left and right.
pub(super) const CHANNELS: u16 = 2;

/// Notes a second.
const PACE: u32 = 4;

/// How often a chord is plucked before the next one, a string at a time.
const NOTES_A_CHORD: usize = 6;

/// The strings of a chord in the order in which they are plucked.
const PATTERN: [usize; NOTES_A_CHORD] = [0, 2, 1, 3, 2, 1];

/// How far to the left each of them is.
const PAN: [f64; NOTES_A_CHORD] = [0.5, 0.3, 0.4, 0.6, 0.7, 0.6];

/// How loud the harmonics of a string are.
const HARMONICS: [f64; 3] = [1.0, 0.4, 0.15];

/// What is played.
pub(super) struct Score {
    pub(super) seconds: u32,
    /// In semitones above the C of 65.4 Hz.
    pub(super) key: i32,
    /// In semitones above the key.
    pub(super) chords: &'static [[i32; 4]],
}

/// Samples, left and right in turn.
pub(super) struct Sound {
    pub(super) samples: Vec<i32>,
    /// Samples a second, for each channel.
    pub(super) rate: u32,
    /// Bits a sample.
    pub(super) bits: u16,
}

/// Plays a score.
pub(super) fn play(score: &Score, rate: u32, bits: u16) -> Sound {
    let channels = usize::from(CHANNELS);
    let beat = (rate / PACE) as usize * channels;
    let mut mix = vec![0.0; (score.seconds * rate) as usize * channels];
    let chords = score.chords.iter().cycle();
    let notes = chords.flat_map(|chord| (0..NOTES_A_CHORD).map(move |at| (chord, at)));
    for (start, (chord, at)) in (0..mix.len()).step_by(beat).zip(notes) {
        let mix = &mut mix[start..];
        pluck(mix, score.key + chord[PATTERN[at]], rate, PAN[at]);
        if at == 0 {
            pluck(mix, score.key + chord[0] - 12, rate, 0.5);
        }
    }
    // The last second fades.
    for (frame, left) in mix.chunks_exact_mut(channels).rev().zip(0..rate) {
        for sample in frame {
            *sample *= f64::from(left) / f64::from(rate);
        }
    }
    quantise(&mix, rate, bits)
}

/// Adds a note to the start of a mix: sines that fade within a second and a half.
fn pluck(mix: &mut [f64], semitones: i32, rate: u32, pan: f64) {
    let rate = f64::from(rate);
    let frequency = 65.4 * (f64::from(semitones) / 12.0).exp2();
    for (harmonic, loudness) in (1..).zip(HARMONICS) {
        let step = TAU * frequency * f64::from(harmonic) / rate;
        // A sine out of the two samples before it: sin(n + 1) = 2 cos(1) sin(n) - sin(n - 1).
        let (mut before, mut now) = (-step.sin(), 0.0);
        let turn = 2.0 * step.cos();
        let fade = (-3.0 * f64::from(harmonic) / rate).exp();
        let mut volume = loudness;
        for frame in mix.chunks_exact_mut(2) {
            if volume < 0.01 {
                break;
            }
            frame[0] += now * volume * pan;
            frame[1] += now * volume * (1.0 - pan);
            (before, now) = (now, turn * now - before);
            volume *= fade;
        }
    }
}

/// Turns a mix into whole numbers, its loudest sample at three quarters of what fits.
fn quantise(mix: &[f64], rate: u32, bits: u16) -> Sound {
    let loudest = mix
        .iter()
        .fold(f64::MIN_POSITIVE, |most, s| most.max(s.abs()));
    let scale = 0.75 * f64::from((1_i32 << (bits - 1)) - 1) / loudest;
    #[expect(clippy::cast_possible_truncation, reason = "scaled to fit")]
    let samples = mix.iter().map(|sample| (sample * scale) as i32).collect();
    Sound {
        samples,
        rate,
        bits,
    }
}
