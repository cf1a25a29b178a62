/* The subcommands: each is one cmd_*.c; main.c holds the table. */
#ifndef STADSLAGER_CMD_H
#define STADSLAGER_CMD_H

struct cmd_context {
    const char *config_path;
};

/* ARGV[0] is the command's name.  Each returns the exit code (enum exit_code) and prints its own errors. */
int cmd_check_config(const struct cmd_context *context, int argc, char **argv);
int cmd_check_names(const struct cmd_context *context, int argc, char **argv);
int cmd_migrate(const struct cmd_context *context, int argc, char **argv);
int cmd_run(const struct cmd_context *context, int argc, char **argv);
int cmd_decode(const struct cmd_context *context, int argc, char **argv);
int cmd_audit(const struct cmd_context *context, int argc, char **argv);
int cmd_rerun(const struct cmd_context *context, int argc, char **argv);
int cmd_diff(const struct cmd_context *context, int argc, char **argv);
int cmd_explain(const struct cmd_context *context, int argc, char **argv);
int cmd_quarantine(const struct cmd_context *context, int argc, char **argv);
int cmd_doctor(const struct cmd_context *context, int argc, char **argv);
int cmd_prune(const struct cmd_context *context, int argc, char **argv);
int cmd_compare(const struct cmd_context *context, int argc, char **argv);
int cmd_status(const struct cmd_context *context, int argc, char **argv);
int cmd_report(const struct cmd_context *context, int argc, char **argv);
int cmd_export(const struct cmd_context *context, int argc, char **argv);

#endif
