/** Two names with the same key are the same name: case, blanks, `-` and `_` do not matter. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/[\s\p{Default_Ignorable_Code_Point}\p{Pd}_]+/gu, '');
}
