export { type Certificates, createCertificates } from './certificates.ts';
export { createCertificatesService } from './service.ts';
