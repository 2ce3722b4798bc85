import { type Basis, billOf, type Line } from '../line.ts';
import { MONTH_HOURS } from '../load.ts';
import { GATEWAY_TIERS, type Region } from '../prices.ts';

const CACHES = {
  '0.5': 'gatewayCache05',
  '1.6': 'gatewayCache16',
  '6.1': 'gatewayCache61',
  '13.5': 'gatewayCache135',
} as const;

/** Dollars for a month's requests at the gateway. */
export function gatewayRequests(requests: number, region: Region): number {
  let usd = 0;
  let from = 0;
  for (const { upTo, price } of GATEWAY_TIERS[region]) {
    usd += (Math.max(0, Math.min(requests, upTo) - from) / 1e6) * price;
    from = upTo;
  }
  return usd;
}

/** API Gateway and the firewall. */
export function doorLines({ stage, region, month, facts }: Basis): Line[] {
  const { requests } = month;
  const { gateway } = stage.exposure;
  const bill = billOf('API Gateway', region);
  if (gateway && requests) {
    const usd = gatewayRequests(requests, region);
    const millions = requests / 1e6;
    const unit = 'million';
    const unsure = region !== 'us-east-1';
    bill.lines.push({
      service: 'API Gateway',
      what: 'requests',
      quantity: millions,
      unit,
      price: usd / millions,
      usd,
      unsure,
    });
  }
  if (gateway?.cacheGigabytes) bill.add('cache', MONTH_HOURS, CACHES[gateway.cacheGigabytes]);
  const firewall = billOf('WAF', region);
  firewall.add('access lists', facts.firewalls, 'firewall');
  firewall.add('rules', facts.firewallRules, 'firewallRule');
  if (facts.firewalls) firewall.add('requests', requests / 1e6, 'firewallRequests');
  return [...bill.lines, ...firewall.lines];
}
