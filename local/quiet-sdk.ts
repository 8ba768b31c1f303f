/**
 * The AWS SDK warns on Node 20 that releases of 2027 will not run there. The pinned one does, and
 * the functions run on Node 24: the warning would only hide what a person came to read.
 * Importing it is enough: clients are made later.
 */
export const QUIET_SDK = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

Object.assign(process.env, QUIET_SDK);
