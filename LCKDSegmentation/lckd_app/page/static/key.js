// Runs before all else: gets the key for a ticket, keeps it for this tab, so that the page can be loaded again, and has
// trame connect at once (it would ask for a launcher first) and again after a lost connection.
(() => {
  const NAME = "lckd-key";
  const REFUSED = "The key is missing or wrong: open the address that the server printed.";
  const address = new URL(window.location);
  const ticket = address.searchParams.get("ticket");
  const key = address.searchParams.get("secret") || (ticket && exchanged(ticket)) || sessionStorage.getItem(NAME);

  // Waits for the answer: nothing may run before the key is there.
  function exchanged(ticket) {
    const request = new XMLHttpRequest();
    request.open("POST", "/key", false);
    request.setRequestHeader("X-LCKD-Ticket", ticket);
    request.send();
    return request.status === 200 ? request.responseText : "";
  }

  // trame says of a key that is not accepted only where in its code it noticed.
  function explain() {
    const place = document.querySelector("#app");
    new MutationObserver(() => {
      if (!place.textContent.startsWith("try/catch")) return;
      sessionStorage.removeItem(NAME);
      place.textContent = REFUSED;
    }).observe(place, { childList: true });
  }

  if (!key) {
    window.stop();
    document.documentElement.innerHTML = `<body>${REFUSED}</body>`;
    return;
  }
  sessionStorage.setItem(NAME, key);
  address.searchParams.delete("ticket");
  address.searchParams.set("secret", key);
  address.searchParams.set("sessionURL", `ws://${address.host}/ws`);
  address.searchParams.set("reconnect", "auto");
  history.replaceState({}, document.title, address);
  window.addEventListener("DOMContentLoaded", explain);
})();
