/**
 * Two names with the same key are the same name: case, blanks, `-`, `_` and the width of letters do
 * not matter.
 */
export function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Default_Ignorable_Code_Point}\p{Pd}_]+/gu, '');
}
