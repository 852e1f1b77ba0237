import { expect, test } from 'vitest';
import { imageOf } from './containers.ts';

test.each(['postgres', 'redis'] as const)('docker-compose.yml names the image of %s', (name) => {
  expect(imageOf(name)).toMatch(new RegExp(`^${name}:[\\d.]+-alpine@sha256:[0-9a-f]{64}$`));
});
