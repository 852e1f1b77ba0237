/** SQL: which numbers an order of line `l` can have bought, as `AskedNumbers` has it. */
export const ASKED = `l.type, l.area_code as "areaCode", l.distance,
  l.allow_overlay as "allowOverlay"`;

/** SQL: all that an order of line `l` asks for, except how many. */
export const WANTED = `${ASKED}, l.fill_quantity as "fillQuantity",
  l.cleansed_only as "cleansedOnly", l.sms_supported as "smsSupported",
  l.order_slot as "orderSlot"`;
