export async function writeResults(
  _ledger: unknown,
  _planId: number,
  _folder: string,
): Promise<object> {
  return {};
}
