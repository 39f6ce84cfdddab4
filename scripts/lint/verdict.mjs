// What drift's exit status does not say: warnings count, and so does traffic that it did not validate.
import { readFileSync } from 'node:fs';

const [report, coverage] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')));

const findings = report.problems.map(
  (it) => `${it.method} ${it.path} (${it.status}), request ${it.exchangeIndex}: ${it.message}`,
);
// Outside of the server's base URL.
if (report.run.skippedExchanges > 0) findings.push(`${report.run.skippedExchanges} requests were not validated`);
for (const it of coverage.operations) {
  if (!it.covered.some((item) => item.kind === 'response' && item.status.startsWith('2'))) {
    findings.push(`no success of ${it.operationId} was recorded`);
  }
}

console.log(`drift: ${report.run.documentedExchanges} requests, ${findings.length} findings`);
findings.forEach((it) => console.error(`  ${it}`));
process.exitCode = findings.length > 0 ? 1 : 0;
