// What the parser that Kaitai Struct has made of soulseek.ksy reads, in the form of `slsk decode --frames`:
// node kaitai-values.js MODULES FOLDER PROTOCOL FILE
// MODULES is a node_modules folder with kaitai-struct; the rest is as in kaitai_values.py. Numbers of 64 bits are
// as exact as JavaScript has them.
'use strict';

const { isUtf8 } = require('buffer');
const fs = require('fs');
const Module = require('module');
const path = require('path');

const [modules, folder, protocolFile, file] = process.argv.slice(2);
process.env.NODE_PATH = modules;
Module._initPaths();
const KaitaiStream = require('kaitai-struct/KaitaiStream');
const { Soulseek } = require(path.join(folder, 'Soulseek.js'));

const protocol = JSON.parse(fs.readFileSync(protocolFile, 'utf8'));
const byName = (things) => new Map(things.map((thing) => [thing.name, thing]));
const [families, records, enums] = [protocol.families, protocol.records, protocol.enums].map(byName);

const words = (name) => name.split('_').map((word) => word[0].toUpperCase() + word.slice(1)).join('');
const lower = (name) => name[0].toLowerCase() + name.slice(1);
const hex = (bytes) => Buffer.from(bytes).toString('hex');

function fields(list, struct) {
  const named = list.map((field) => {
    const name = lower(words(field.name));
    return [field.name, value(field.type, struct[name] ?? struct[`${name}Value`])];
  });
  return Object.fromEntries(named);
}

function value(type, read) {
  if (read === undefined) {
    return null;
  }
  if (type.list) {
    return read.map((item) => value(type.list, item));
  }
  if (type.record) {
    return fields(records.get(type.record).fields, read);
  }
  if (type.enum) {
    return value(enums.get(type.enum).type, read);
  }
  if (type.either) {
    const form = type.either[Number(read.isSecond)];
    const element = form.list.record ?? words(form.list);
    return value(form, read[`${lower(element)}Items`]);
  }
  switch (type) {
    case 'text':
    case 'secret':
      // `utf8` drops a byte order mark, and has replacement characters where it is not UTF-8.
      return isUtf8(read.bytes) ? Buffer.from(read.bytes).toString() : { $hex: hex(read.bytes) };
    case 'bytes':
      return { $hex: hex(read.bytes) };
    case 'rest':
      return { $hex: hex(read) };
    case 'ip':
      return read.address;
    case 'u32_or_u8':
      return read.isShort ? { $u8: read.value } : read.value;
    case 'code_padding':
      return read.isThere;
    default:
      return read;
  }
}

function message({ family, hex: digits }) {
  const Frame = Soulseek[`${words(family)}Frame`];
  const { code, body } = new Frame(new KaitaiStream(Uint8Array.from(Buffer.from(digits, 'hex')).buffer));
  const known = families.get(family).messages.find((candidate) => candidate.code === code);
  if (!known) {
    return { family, code, name: 'Unknown', fields: {}, payload: hex(body.payload), trailing: '' };
  }
  const content = known.compressed ? body.inflated : body;
  const answer = { family, code, name: known.name, fields: fields(known.fields, content) };
  if (known.compressed) {
    answer.inflated = hex(body._raw_inflated);
  }
  return { ...answer, trailing: hex(content.trailing ?? []) };
}

for (const line of fs.readFileSync(file, 'utf8').trimEnd().split('\n')) {
  let answer;
  try {
    answer = message(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error) };
  }
  console.log(JSON.stringify(answer));
}
