//! Renames an exported symbol in a 64-bit little-endian ELF library, so that looking it up fails.

use std::ops::Range;

const SECTION_TABLE_AT: usize = 0x28;
const SECTION_ENTRY_SIZE_AT: usize = 0x3a;
const SECTION_COUNT_AT: usize = 0x3c;
/// `SHT_DYNSYM`: the symbols that can be looked up at run time.
const DYNAMIC_SYMBOLS: u64 = 11;

/// Changes the symbol's name where run-time look-ups read it; no other text of the file is touched.
#[track_caller]
pub(super) fn hide_symbol(library: &mut [u8], name: &str) {
    let names = dynamic_names(library);
    let wanted = [&[0], name.as_bytes(), &[0]].concat();
    let found = library[names.clone()].windows(wanted.len()).position(|bytes| bytes == wanted);
    let at = names.start + 1 + found.unwrap_or_else(|| panic!("the library does not export {name}"));
    library[at] = b'x';
}

/// Where the names of the dynamic symbols are.
fn dynamic_names(library: &[u8]) -> Range<usize> {
    assert_eq!(library[..6], *b"\x7fELF\x02\x01", "a 64-bit little-endian library");
    let table = number(library, SECTION_TABLE_AT, 8);
    let size = number(library, SECTION_ENTRY_SIZE_AT, 2);
    let section = |index: usize| table as usize + index * size as usize;
    let symbols = (0..number(library, SECTION_COUNT_AT, 2) as usize)
        .map(section)
        .find(|&section| number(library, section + 4, 4) == DYNAMIC_SYMBOLS)
        .expect("the library exports symbols");
    let names = section(number(library, symbols + 0x28, 4) as usize);
    let start = number(library, names + 0x18, 8) as usize;
    start..start + number(library, names + 0x20, 8) as usize
}

fn number(library: &[u8], at: usize, width: usize) -> u64 {
    library[at..at + width].iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}
