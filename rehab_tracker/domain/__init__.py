"""What rehabilitation is: the words of the clinic as values and rules, needing nothing but Python.

**Site**: a place on the body, region + side + optional compartment, written ``left-knee.medial-femoral-condyle``.
Its side is said, never inferred. The **area** (``inner``, ``toes``) is what the patient says; the compartment is what a
clinician sets after imaging. The two are kept apart.

**Involvement**: one affected site of one patient. A site without an active involvement is **quiet**.

**Entry**: what a patient sends about one local day (``for_date``): pain, weight-bearing, an exercise, red flags.
A **pain score** is 0 to 10 for one site, on loading or at rest. **No other pain** is the explicit zero for every site
that the entry does not list; without it an unlisted site is *unknown*, which is not zero.

**Red flag**: an answer that goes round all statistics.

**Rule** and **verdict**: a named, versioned question asked of a patient's history, and its answer with evidence.
An **alert** is a stored verdict that somebody must look at: urgent, soon or info.

**Record item**: what staff wrote of a patient besides places and plans: a finding, a treatment, a follow-up, each with
all its versions. What an item leaves out is **not recorded**; false, or ``absent``, says that somebody looked.
**Checklist**: what else it could be at one place, line by line; every new place starts with an empty one.

**Care team**: the staff to whom a patient's letters go.

Nothing here reads a clock, a file or a database: rules take values and days, and give verdicts.
"""
