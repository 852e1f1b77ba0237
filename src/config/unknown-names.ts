/** An issue of a schema, as its `error` gets it. */
type Issue = { code?: string; keys?: unknown };

/**
 * For the `error` of an object's schema: `says` of the names that it does not know, as `"a", "b"`;
 * for any other issue `otherwise`.
 */
export const unknownNames =
  (otherwise: string, says = (names: string) => `has ${names}, which is not known`) =>
  ({ code, keys }: Issue): string =>
    code === 'unrecognized_keys' ? says(`"${(keys as string[]).join('", "')}"`) : otherwise;
