/** What is wrong with a path that `isForShell`. */
export const FOR_SHELL = 'begins with ~ or $, which only a shell replaces: write the whole path';

/** Such a path would mean a folder of that very name, another one in each working folder. */
export const isForShell = (path: string): boolean => /^(~|\$\w|\$\{)/.test(path);

/** Reads a setting that holds a path. */
export const path =
  (name: string) =>
  (text: string | undefined, fault: (words: string) => void): string | undefined => {
    if (text !== undefined && isForShell(text)) fault(`${name} ${FOR_SHELL}.`);
    return text;
  };
