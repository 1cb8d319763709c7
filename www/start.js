// Starts the wasm, and says so in the page when it fails: a blank or dead page helps nobody.

const { module, wasm } = document.querySelector("script[data-wasm]").dataset;

function stopped(error) {
  if (document.querySelector("[role=alert].stopped")) return;
  const card = document.createElement("div");
  card.className = "stopped";
  card.setAttribute("role", "alert");
  const sentence = document.createElement("p");
  sentence.textContent = "Quorate has stopped because of an error. Reloading the page starts it again.";
  const reason = document.createElement("pre");
  reason.textContent = String(error);
  const reload = document.createElement("button");
  reload.textContent = "Reload";
  reload.addEventListener("click", () => location.reload());
  card.append(sentence, reason, reload);
  document.querySelector(".loading")?.remove();
  document.body.prepend(card);
}

// A panic in the wasm, which can be at any time after the start as well, is an error of this kind.
addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) stopped(error);
});

try {
  const { default: start } = await import(new URL(module, document.baseURI));
  await start({ module_or_path: new URL(wasm, document.baseURI) });
} catch (error) {
  console.error(error);
  stopped(error);
}
