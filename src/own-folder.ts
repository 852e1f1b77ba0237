/**
 * The folder of the program's own files, such as migrations. A module looks for them from here: in
 * a build, its own folder is this one, wherever its source was.
 */
export const OWN_FOLDER = import.meta.dirname;
