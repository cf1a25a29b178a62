"""Servers of a test's own, below HTTP."""
import threading


def serve(listener, talk):
    """TALK has each client of LISTENER, in a thread of its own, until the listener is shut."""
    def accept():
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(client,), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
