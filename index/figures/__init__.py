"""The figures of a report: what each measures, of when and where, and whether it is a result, a plan, an estimate or a change."""
