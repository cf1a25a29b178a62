-- What analysts may see of the facts that changed is decided now (lager.skydda_vantande), not inside COMMIT, which nobody can interrupt.
SET CONSTRAINTS ALL IMMEDIATE
