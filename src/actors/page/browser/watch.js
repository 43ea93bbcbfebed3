// Runs before the page's own scripts, in the page itself and not in its frames.
(() => {
  if (window !== window.top) return;
  const heard = [];
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const target = this ?? window;
    if (type === 'message' && target === window && listener && heard.length < 50) heard.push(listener);
    return add.call(target, type, listener, options);
  };
  Object.defineProperty(window, '__conformanceHeard', { value: heard });
})();
