/** What people write where a blank is meant. */
export const SAYS_NOTHING = /^(?:no|none|n\/?a|nil|null|false|never|nothing|0|-)$/i;

/** A cell that counts as blank, though something is written in it. */
export const NOT_APPLICABLE = /^(?:n ?\/ ?a|n\. ?a\.?|na|[-–—]+)$/i;
