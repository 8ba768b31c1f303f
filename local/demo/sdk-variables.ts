/** The environment variable that tells the demo's SDK processes where Zoho is. */
export const ZOHO_URL_VARIABLE = 'LATCHKEY_DEMO_ZOHO_URL';
