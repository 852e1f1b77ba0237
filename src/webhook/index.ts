export { openDeliveries } from './deliveries.ts';
