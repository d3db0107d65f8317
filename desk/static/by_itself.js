// A request that the page makes without the person at it: it does not keep an idle session alive.

export function fetchByItself(path, headers = {}) {
  return fetch(path, { headers: { ...headers, "X-Madoguchi-By-Itself": "1" } });
}
