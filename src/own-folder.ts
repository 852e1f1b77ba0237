/**
 * The folder of the program's own files, such as migrations. A module looks for them from here: the
 * build puts all modules into this folder.
 */
export const OWN_FOLDER = import.meta.dirname;
