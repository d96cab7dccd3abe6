import { BlockList, isIP, isIPv6 } from "node:net";

/**
 * Networks that are not the public internet (IANA's special-purpose registries): this machine, its own networks, what
 * clouds serve secrets from, multicast, and what wraps an IPv4 address into IPv6.
 */
const ownNetworks = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const)
  ownNetworks.addSubnet(network, bits, "ipv4");

/** Global unicast; of it, what tunnels and documents is none. */
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");
const notGlobal = new BlockList();
for (const [network, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  notGlobal.addSubnet(network, bits, "ipv6");

/** Whether an IP address is one of the public internet. A name is none. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isPublicAddress(mapped);
  if (isIPv6(address)) return global.check(address, "ipv6") && !notGlobal.check(address, "ipv6");
  return !ownNetworks.check(address, "ipv4");
}
