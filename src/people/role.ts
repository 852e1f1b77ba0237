/** What somebody may do. `submit` is to plan, start and settle; `approve` is to approve it. */
export const ROLES = ['view', 'submit', 'approve', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The roles that a token may have. Only a person says yes, so `approve` would only let it look. */
export const TOKEN_ROLES = ROLES.filter((role) => role !== 'approve');

/** `approve` does not include `submit`: one person asks, and another approves. */
const INCLUDES: Record<Role, readonly Role[]> = {
  view: ['view'],
  submit: ['view', 'submit'],
  approve: ['view', 'approve'],
  admin: ROLES,
};

/** Whether one of these roles is, or includes, the one that is needed. */
export function includesRole(roles: readonly Role[], needed: Role): boolean {
  return roles.some((role) => INCLUDES[role].includes(needed));
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
