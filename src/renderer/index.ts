/** The interface's first line; the pages come with the control plane they show. */
document.title = 'Berth';
