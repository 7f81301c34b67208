// Comptoir's page: everything works without this file; it streams answers, keeps the
// order status live, and stops a second press of the same button.
"use strict";

(() => {
  const announce = (text) => {
    const box = document.getElementById("announce");
    if (box) box.textContent = text;
  };

  // One press sends one form. The server is safe against doubles anyway.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.id === "composer") return;
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
    }
  });

  // The server renders and escapes every fragment; merchants' text is inert in it.
  const fragment = (html) => document.createRange().createContextualFragment(html);

  const readEvents = async (response, handle) => {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += value;
      let end;
      while ((end = rest.indexOf("\n\n")) >= 0) {
        const block = rest.slice(0, end);
        rest = rest.slice(end + 2);
        let name = "message";
        const data = [];
        for (const line of block.split("\n")) {
          if (line.startsWith("event:")) name = line.slice(6).trim();
          else if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
        }
        if (data.length) handle(name, data.join("\n"));
      }
    }
  };

  const composer = document.getElementById("composer");
  const log = document.getElementById("log");
  if (composer && log) {
    const input = composer.querySelector("textarea");
    const button = composer.querySelector("button");
    let busy = false;

    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        if (input.value.trim()) composer.requestSubmit();
      }
    });

    const finish = () => {
      busy = false;
      log.setAttribute("aria-busy", "false");
      button.removeAttribute("aria-disabled");
      input.focus({ preventScroll: true });
    };

    const ask = async (text) => {
      busy = true;
      button.setAttribute("aria-disabled", "true");
      log.setAttribute("aria-busy", "true");
      const body = new URLSearchParams(new FormData(composer));
      body.set("text", text);
      input.value = "";
      document.getElementById("hello")?.remove();
      let turn = null;
      try {
        const response = await fetch(composer.action, {
          method: "POST",
          body,
          headers: { Accept: "text/event-stream" },
          credentials: "same-origin",
        });
        if (!response.ok || !response.body || !(response.headers.get("content-type") || "").startsWith("text/event-stream")) {
          throw new Error("unexpected answer");
        }
        await readEvents(response, (name, data) => {
          if (name === "turn") {
            log.append(fragment(data));
            turn = log.lastElementChild;
            turn.scrollIntoView({ block: "start", behavior: "auto" });
          } else if (turn && name === "text") {
            const answer = turn.querySelector(".answer");
            answer.classList.remove("waiting");
            if (answer.dataset.begun !== "yes") answer.textContent = "";
            answer.dataset.begun = "yes";
            answer.append(data);
          } else if (turn && name === "cards") {
            turn.append(fragment(data));
          } else if (turn && name === "card") {
            turn.querySelector(".cards")?.append(fragment(data));
          } else if (name === "done") {
            announce(data);
          }
        });
      } catch {
        announce(document.body.dataset.lost || "");
        if (turn === null) input.value = text;
        else turn.querySelector(".answer")?.replaceChildren(document.body.dataset.lost || "");
      }
      finish();
    };

    composer.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (text && !busy) ask(text);
    });
    for (const suggestion of document.querySelectorAll("[data-suggestion]")) {
      suggestion.addEventListener("click", (event) => {
        event.preventDefault();
        if (!busy) ask(suggestion.value);
      });
    }
    const last = log.querySelector(".turn:last-child");
    if (last) last.scrollIntoView({ block: "start", behavior: "auto" });
  }

  // Live order status. The answer carries the whole region, rendered by the server.
  const live = document.getElementById("live");
  if (live && live.dataset.events) {
    const source = new EventSource(live.dataset.events);
    source.addEventListener("status", (event) => {
      const next = fragment(event.data);
      const said = next.querySelector("[data-announce]")?.dataset.announce;
      live.replaceChildren(next);
      if (said) announce(said);
    });
    source.addEventListener("reload", () => {
      source.close();
      location.reload();
    });
    window.addEventListener("pagehide", () => source.close());
  }

  // The number is grouped while it is typed; digits only leave the page.
  const number = document.getElementById("card-number");
  if (number) {
    number.addEventListener("input", () => {
      const digits = number.value.replace(/\D/g, "").slice(0, 19);
      const atEnd = number.selectionStart === number.value.length;
      if (atEnd) number.value = digits.replace(/(\d{4})(?=\d)/g, "$1 ");
    });
  }
  const expiry = document.getElementById("card-expiry");
  if (expiry) {
    expiry.addEventListener("input", () => {
      const digits = expiry.value.replace(/\D/g, "").slice(0, 4);
      if (expiry.selectionStart === expiry.value.length && digits.length > 2) {
        expiry.value = `${digits.slice(0, 2)}/${digits.slice(2)}`;
      }
    });
  }

  // After a failed send the first wrong field, otherwise the page's message, has the focus.
  const wrong = document.querySelector("[aria-invalid='true']") || document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
})();
