/** What PostgreSQL and PGlite say when a statement finds no room, and what that means. */
export const DISK_FULL = {
  sqlState: '53100',
  words: 'The disk of the database is full. Nothing was changed: make room, and try again',
};
