export function isEan13(code: string): boolean {
  if (!/^[0-9]{13}$/.test(code)) return false;
  const sum = Array.from(code, Number).reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
