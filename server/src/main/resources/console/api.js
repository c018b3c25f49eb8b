const KEY = "vitrine.console.key";

/** Whether this tab has a key. It is kept for the tab alone and forgotten with it. */
export const signedIn = () => sessionStorage.getItem(KEY) !== null;

export const signOut = () => sessionStorage.removeItem(KEY);

/** Takes a key when the server takes it; says why not otherwise. */
export async function signIn(key) {
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Error("this does not look like a key");
  const status = await send("GET", "/v1/status", undefined, key);
  sessionStorage.setItem(KEY, key);
  return status;
}

/**
 * Calls Vitrine; a failure is an Error with the server's own words. Where a key is wanted, or the
 * one of this tab is no longer known, the window hears "keywanted".
 */
export async function call(method, path, body) {
  const key = sessionStorage.getItem(KEY);
  try {
    return await send(method, path, body, key);
  } catch (error) {
    if (error.status === 401 && sessionStorage.getItem(KEY) === key) {
      signOut();
      dispatchEvent(new CustomEvent("keywanted", { detail: key === null ? "" : error.message }));
    }
    throw error;
  }
}

async function send(method, path, body, key) {
  const headers = {};
  if (body !== undefined) headers["content-type"] = "application/json";
  if (key !== null) headers.authorization = `Bearer ${key}`;
  let response;
  try {
    response = await fetch(path, {
      method, headers, credentials: "omit", body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error("Vitrine does not answer. Is it still running?");
  }
  const text = await response.text();
  const answer = text ? JSON.parse(text) : {};
  if (!response.ok) {
    const error = new Error(answer.error?.message ?? `${response.status} ${response.statusText}`);
    error.code = answer.error?.code ?? "";
    error.status = response.status;
    throw error;
  }
  return answer;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
