/** A person who asks for something, where it does not matter who and why. */
export const BY = { who: 'Ada', why: 'asked the vendor' };

let times = 0;

/** The same person, for a reason that was not given before. */
export const withNewReason = () => ({ ...BY, why: `${BY.why} once more, ${++times}` });
