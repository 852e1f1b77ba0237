import { nearMiss } from '../near-miss.ts';

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

/**
 * The setting that another name probably means: it begins alike, and each part is a letter off, or
 * two when it is long. Otherwise `DB_PASSWORD` would mean `WEB_PASSWORD`, `REDIS_SSL` `REDIS_URL`.
 */
export function meantSetting(name: string, settings: readonly string[]): string | undefined {
  const parts = name.split('_');
  const isNear = (part: string, own = '') =>
    part === own || nearMiss(part, [own], own.length < 6 ? 1 : 2) !== undefined;
  const alike = settings.filter((each) => each[0] === name[0]?.toUpperCase());
  return (
    nearMiss(name, alike, 0) ??
    alike.find((each) => {
      const own = each.split('_');
      return own.length === parts.length && own.every((part, at) => isNear(parts[at]!, part));
    })
  );
}
