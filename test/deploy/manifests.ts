import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const KUBERNETES = resolve(import.meta.dirname, '../../deploy/kubernetes');

// biome-ignore lint/suspicious/noExplicitAny: what is in it, the schemas say
export type Manifest = { apiVersion: string; kind: string; metadata: { name: string } } & any;

/** All that is applied to a cluster, as it stands in the files. */
export function readManifests(): Manifest[] {
  return globSync(`${KUBERNETES}/*.yaml`)
    .sort()
    .flatMap((path) => parseAllDocuments(readFileSync(path, 'utf8'), { merge: true }))
    .map((document) => document.toJS())
    .filter(({ kind }) => kind !== 'Kustomization');
}
