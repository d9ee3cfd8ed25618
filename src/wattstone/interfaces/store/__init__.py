"""Where a workspace keeps its data: records in SQL, readings and figures in the lake."""
