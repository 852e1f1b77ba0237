/** A person who asks for something, where it does not matter who and why. */
export const BY = { who: 'Ada', why: 'asked the vendor' };
