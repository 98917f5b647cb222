export { managerFor, type ServiceManager } from './manager.ts';
export { runProgram } from './run.ts';
export { installService, serviceStatus, uninstallService } from './service.ts';
export { argvOf, type ServiceSpec } from './spec.ts';
