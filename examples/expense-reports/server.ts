import { createPolityClient } from '../../sdk/client/index.js';
import { createExpenseApp } from './app.js';
import { demoData, readDemoFile } from './demo.js';

const { POLITY_URL, POLITY_API_KEY, POLITY_DATA_DIR = '.polity', PORT = '4100' } = process.env;
const demo = readDemoFile(POLITY_DATA_DIR);
const client = createPolityClient({
  url: POLITY_URL ?? demo.url,
  credentials: { apiKey: POLITY_API_KEY ?? demo.apiKey },
  timeoutMs: 2_000,
});
const app = createExpenseApp({ client, ...demoData(demo), onError: (error) => console.error('no decision:', error) });

app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error !== undefined) throw error;
  console.log(`Expense reports on http://127.0.0.1:${PORT}, protected by ${POLITY_URL ?? demo.url}`);
});
