// Pictures that were replaced under the same address.

/** A picture with its width or density, in a `srcset`. */
const CANDIDATE = /(\S*[^\s,])((?:\s+[^\s,]+)?\s*(?:,|$))/g;

/**
 * Loads pictures anew, and shows each when it is there: no flicker.
 * @param {string[]} paths addresses of pictures whose bytes changed, with the base path
 * @param {number} edition makes their addresses new for the browser
 */
export function refreshPictures(paths, edition) {
  if (!paths.length) return;
  const changed = new Set(paths);
  const renew = (address) => {
    const url = new URL(address, document.baseURI);
    if (url.origin !== location.origin || !changed.has(decodeURI(url.pathname))) return address;
    url.searchParams.set("byline", edition);
    return url.href;
  };
  for (const element of document.querySelectorAll("img[src], img[srcset], picture > source[srcset], video[poster]")) {
    for (const name of ["srcset", "src", "poster"]) {
      const old = element.getAttribute(name);
      if (old === null || (name === "src" && element.localName === "video")) continue;
      const fresh = name === "srcset" ? old.replace(CANDIDATE, (_, url, rest) => renew(url) + rest) : renew(old);
      if (fresh !== old) setWhenLoaded(element, name, old, fresh);
    }
  }
}

/** A set of candidates is changed at once, for which of them the browser takes is its own affair. */
async function setWhenLoaded(element, name, old, fresh) {
  if (name !== "srcset") {
    const picture = new Image();
    picture.src = fresh;
    await picture.decode().catch(() => {});
  }
  if (element.getAttribute(name) === old) element.setAttribute(name, fresh);
}
