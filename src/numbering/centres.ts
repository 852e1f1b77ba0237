/** Degrees. */
export type Centre = { latitude: number; longitude: number };

const HEAD = 'code,latitude,longitude';
const EARTH_RADIUS_MILES = 3958.8;

/** Throws for a text that is no list of centres. */
export function readCentres(text: string): Map<string, Centre> {
  const [, head, ...rows] = text.trimEnd().split('\n');
  if (head !== HEAD) throw new Error('This is no list of centres.');
  return new Map(
    rows.map((row) => {
      const [code = '', latitude, longitude] = row.split(',');
      return [code, { latitude: Number(latitude), longitude: Number(longitude) }];
    }),
  );
}

/** Along the earth's surface. */
export function milesBetween(a: Centre, b: Centre): number {
  const latitude = radians(b.latitude - a.latitude);
  const longitude = radians(b.longitude - a.longitude);
  const chord =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(longitude / 2) ** 2;
  return 2 * EARTH_RADIUS_MILES * Math.asin(Math.sqrt(Math.min(1, chord)));
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
