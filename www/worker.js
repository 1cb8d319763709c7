// A worker of the page: the same script and wasm again, which find no window here and take the order.

addEventListener("message", async ({ data: { script, wasm, order } }) => {
  self.order = order;
  try {
    const { default: start } = await import(script);
    await start({ module_or_path: wasm });
  } catch (error) {
    console.error(error);
    postMessage(null);
  }
}, { once: true });
