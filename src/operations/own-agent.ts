/** A server answers this client in the words of the command line. */
export const OWN_AGENT = 'bulk-order';
