import type { Api } from './api.js';
import { startCluster, type Cluster } from './cluster.js';
import { prepareDatabase, productionSettings, signInAdmin, startServer, type Server } from './polity.js';
import { makeWorld, type World } from './world.js';

/** A database with a world in it and a built server in production settings. */
export interface Setting {
  readonly cluster: Cluster;
  readonly settings: Readonly<Record<string, string>>;
  readonly server: Server;
  /** Super admin. */
  readonly admin: Api;
  readonly world: World;
  stop(): Promise<void>;
}

/** What a bench sets apart. */
export interface SettingOptions {
  /** More settings of the server. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Arguments of Node that name another program that runs the server. */
  readonly program?: readonly string[];
}

/** Sets all of it up, as an operator does: cluster, `migrate up`, `admin bootstrap`, start. */
export async function openSetting(options: SettingOptions = {}): Promise<Setting> {
  const cluster = await startCluster();
  try {
    const settings = { ...productionSettings(cluster.database), ...options.settings };
    await prepareDatabase(settings);
    const server = await startServer(settings, options.program);
    const admin = await signInAdmin(server.url);
    const world = await makeWorld(admin);
    return {
      cluster, settings, server, admin, world,
      async stop() {
        await server.stop();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
