/**
 * CDK checks each template that it synthesizes, for seconds. `npm run synth` and `npm run lint:infra`
 * have that done; a test that looks at a template need not.
 */
process.env['CDK_VALIDATION'] = 'false';
