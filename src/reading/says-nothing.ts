/** What people write where a blank is meant. */
export const SAYS_NOTHING = /^(?:no|none|n\/?a|nil|null|false|never|nothing|0|-)$/i;
