export { type Certificates, createCertificates } from './certificates.ts';
