import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

/** How a user reaches the API server. */
export function kubeConfigOf(server: string, authorityFile: string, user: string, token: string): KubeConfig {
  const config = new KubeConfig();
  const caData = readFileSync(authorityFile).toString('base64');
  config.loadFromClusterAndUser({ name: 'e2e', server, caData, skipTLSVerify: false }, { name: user, token });
  return config;
}

/** Writes `<name>.kubeconfig`, readable to its owner alone, and returns its path. */
export function writeKubeconfig(folder: string, name: string, config: KubeConfig): string {
  const path = join(folder, `${name}.kubeconfig`);
  writeFileSync(path, config.exportConfig(), { mode: 0o600 });
  return path;
}
