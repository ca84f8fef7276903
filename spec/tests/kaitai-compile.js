// Compiles a .ksy file: node kaitai-compile.js MODULES FILE LANGUAGE FOLDER
// MODULES is a node_modules folder with kaitai-struct-compiler and yaml.
'use strict';

const fs = require('fs');
const path = require('path');

const [modules, file, language, folder] = process.argv.slice(2);
const compiler = require(path.join(modules, 'kaitai-struct-compiler'));
const yaml = require(path.join(modules, 'yaml'));

const document = yaml.parseDocument(fs.readFileSync(file, 'utf8'), { strict: true });
const problems = [...document.errors, ...document.warnings];
if (problems.length) {
  throw new Error(problems.join('\n'));
}
const importer = { importYaml: (name) => Promise.reject(new Error(`nothing to import: ${name}`)) };
compiler.compile(language, document.toJS(), importer, false).then(
  (sources) => {
    for (const [name, source] of Object.entries(sources)) {
      const target = path.join(folder, name);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, source);
    }
  },
  (error) => {
    console.error(String(error));
    process.exitCode = 1;
  },
);
